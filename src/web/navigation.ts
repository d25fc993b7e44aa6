/** The pages in the order of the navigation, each with its path. */
export const TABS = {
  now: ['Now', '/'],
  plan: ['Plan', '/plan'],
  drift: ['Drift', '/drift'],
  people: ['People', '/people'],
  credits: ['Credits', '/credits'],
  history: ['History', '/history'],
} as const;

export type Tab = keyof typeof TABS;

export const TAB_NAMES: readonly Tab[] = ['now', 'plan', 'drift', 'people', 'credits', 'history'];
