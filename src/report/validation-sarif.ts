import type { Diagnostic } from '../model/diagnostic.ts';
import { visible, visibleJson } from './escape.ts';
import { findings, type Validation } from './validation.ts';

/** Where the paths of a validation lie: `prefix` is the folder's path below the root of its repository, '' for the root itself. */
export type Root = { readonly prefix: string };

/** GitHub takes 25,000 results of a run and shows the first 5,000. */
const MOST_RESULTS = 5_000;

/**
 * What `validate` found as SARIF 2.1.0 for code scanning: a rule for each kind of problem, a result for each place, at
 * most 5,000 with errors first. URIs are relative to the root of the repository (`%SRCROOT%`). A problem that no line of YAML
 * is to blame for is put on the folder itself, since a result without a place is refused by GitHub.
 */
export function validationSarif(validation: Validation, root: Root): string {
  const all = findings(validation);
  const ordered = [...all.filter(isError), ...all.filter((found) => !isError(found))];
  const shown = ordered.slice(0, MOST_RESULTS);
  const rules = [...new Set(shown.map(({ rule }) => rule))].sort();
  const left = ordered.length - shown.length;
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'kirosync', rules: rules.map(ruleOf) } },
        automationDetails: { id: 'kirosync/validate/' },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: true, ...(left === 0 ? {} : { toolExecutionNotifications: [notification(left)] }) }],
        results: shown.map((found) => resultOf(found, rules.indexOf(found.rule), root)),
      },
    ],
  };
  return `${visibleJson(JSON.stringify(log, null, 2))}\n`;
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

/** Rules are constants that people can search for; their words are their names. */
function ruleOf(id: string) {
  return { id, name: id, shortDescription: { text: id.replaceAll('-', ' ') }, help: { text: `docs/configuration.md explains ${id}.` } };
}

function notification(left: number) {
  return { level: 'warning', message: { text: `${left} more results are left out; kirosync validate --format json has all of them.` } };
}

function resultOf({ severity, rule, message, file, line, column }: Diagnostic, ruleIndex: number, { prefix }: Root) {
  const region = line === undefined ? {} : { region: { startLine: Math.max(1, line), startColumn: Math.max(1, column ?? 1) } };
  return {
    ruleId: rule,
    ruleIndex,
    level: severity,
    message: { text: visible(message) },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(below(prefix, file)), uriBaseId: '%SRCROOT%' }, ...region } }],
  };
}

/** The path from the root of the repository; that of the folder itself without a file. */
export function below(prefix: string, file: string | undefined): string {
  return [prefix, file ?? ''].filter((part) => part !== '').join('/');
}

/** A relative URI reference (RFC 3986): no name can make it leave the repository, name a host or begin a query. */
function uriOf(path: string): string {
  const named = path.split('/').filter((part) => !['', '.', '..'].includes(part));
  const parts = named.map((part) => encodeURIComponent(part.replace(/\p{Cs}/gu, '\ufffd')));
  return parts.join('/') || '.';
}
