import { visible } from './escape.ts';
import type { Explanation, ProfileExplanation } from './explain.ts';
import type { TextOptions } from './plan-text.ts';
import { cell, type Palette, palette, table } from './table.ts';

/** The chain from assignment to live membership for a terminal, a line a link, with file and line where YAML says so. */
export function explainText(explanation: Explanation, options: TextOptions): string {
  if (!explanation.ok) return `${visible(explanation.message)}\n`;
  const paint = palette(options.color);
  const { person } = explanation;
  const called = [person.givenName, person.familyName].filter((name) => name !== null).join(' ');
  const facts = [called, person.enabled ? 'enabled' : 'disabled', `id ${person.id}`].filter((fact) => fact !== '');
  const head = `${paint.bold(visible(person.userName))} ${paint.quiet(visible(`(${facts.join(', ')})`))}`;
  return `${[head, ...explanation.profiles.flatMap((profile) => profileLines(profile, paint))].join('\n')}\n`;
}

function profileLines({ profile, verdict, steps }: ProfileExplanation, paint: Palette): readonly string[] {
  const rows = steps.map(({ about, text, place }) => {
    const at = place === null ? '' : `${place.file}:${place.line}:${place.column}`;
    return [cell(about, paint.quiet), cell(at, paint.quiet), cell(text)];
  });
  return ['', `${paint.bold(visible(profile))}: ${visible(verdict)}`, ...table(rows)];
}
