import type { OverBudget } from '../notify/situation.ts';

/** Budgets that will not hold, of a credits report as `/api/credits` gives it; null for a text that is none. */
export function overBudgets(json: string): readonly OverBudget[] | null {
  const document = parsed(json);
  const list = field(document, 'budgets');
  if (field(document, 'format') !== 'kirosync.credits/v1' || !Array.isArray(list)) return null;
  return list.flatMap((each: unknown) => {
    const [name, monthlyUsd] = [field(each, 'name'), field(each, 'monthlyUsd')];
    const [forecastUsd, exceededOn] = [field(each, 'forecastUsd'), field(each, 'exceededOn')];
    if (typeof name !== 'string' || typeof monthlyUsd !== 'number') return [];
    if (typeof exceededOn !== 'string' && field(each, 'over') !== true) return [];
    return [
      {
        ...{ name, monthlyUsd, forecastUsd: typeof forecastUsd === 'number' ? forecastUsd : null },
        exceededOn: typeof exceededOn === 'string' ? exceededOn : null,
      },
    ];
  });
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}
