import { TIERS } from '../data/tiers.ts';
import { nearest } from '../model/suggest.ts';
import type { ImportProfile } from './profile.ts';

/** `--seat PROFILE/TIER=GROUP`: the console says that this group is subscribed to this tier. */
export type Choice = { readonly profile: string; readonly tier: string; readonly group: string };

/** The parts of one `--seat`, or a sentence that says what is wrong. A group name may hold `/` and `=`. */
export function readChoice(text: string): Choice | string {
  const match = /^(?<profile>[^=]+?)\/(?<tier>[^=/]+)=(?<group>.+)$/su.exec(text);
  const { profile, tier, group } = match?.groups ?? {};
  if (profile === undefined || tier === undefined || group === undefined) {
    return `--seat ${text} is not PROFILE/TIER=GROUP, for example --seat us-east-1/pro=kiro-pro.`;
  }
  return { profile, tier, group };
}

function hint(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === null ? `; there is ${known.join(', ') || 'none'}.` : `; did you mean ${near}?`;
}

/** Every reason why the choices do not fit what is live: unknown profile, tier or group, a seat or a group chosen twice. */
export function choiceFaults(choices: readonly Choice[], profiles: readonly ImportProfile[]): readonly string[] {
  const seen = new Set<string>();
  return choices.flatMap((choice) => {
    const { profile: name, tier, group } = choice;
    const say = (problem: string) => [`--seat ${name}/${tier}=${group}: ${problem}`];
    const profile = profiles.find((one) => one.name === name);
    if (profile === undefined)
      return say(
        `no profile ${name} is live${hint(
          name,
          profiles.map((one) => one.name),
        )}`,
      );
    const tiers = TIERS.map((one) => one.name);
    if (!tiers.some((one) => one === tier)) return say(`there is no tier ${tier}${hint(tier, tiers)}`);
    const groups = profile.groups.map((one) => one.name);
    if (!groups.includes(group)) return say(`no group ${group} is assigned to ${profile.application.name}${hint(group, groups)}`);
    const ids = [`${name}/${tier}`, `${name}=${group}`];
    const twice = ids.some((id) => seen.has(id));
    for (const id of ids) seen.add(id);
    return twice ? say('the seat or the group is given twice; each tier has one group.') : [];
  });
}
