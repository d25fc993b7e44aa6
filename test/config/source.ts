import { type Loaded, load } from '../../src/config/load.ts';
import type { Configuration } from '../../src/model/configuration.ts';
import type { Diagnostic } from '../../src/model/diagnostic.ts';
import type { SourceFile } from '../../src/ports.ts';

export const TODAY = '2026-11-23';

/** A file with this text (or these bytes); its id stands for its content. */
export function file(path: string, content: string | Uint8Array): SourceFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
  return { path, content: bytes, id: Buffer.from(bytes).toString('base64') };
}

/** A sound Organization and Profile (seats pro, power, external pro-max), for tests about something else. */
export const BASE = `kind: Organization
version: 1
identityCenter:
  region: eu-west-1
  instanceArn: arn:aws:sso:::instance/ssoins-0123456789abcdef
removals: never
---
kind: Profile
name: engineering
account: "111122223333"
region: us-east-1
seats:
  pro: { group: kiro-engineering-pro }
  power: { group: kiro-engineering-power }
  pro-max: { group: data-platform, members: external }
`;

/** What loading BASE beside one more file says. */
export function loadBeside(text: string): Loaded {
  return load([file('base.yaml', BASE), file('a.yaml', text)], TODAY);
}

export function diagnosticsOf(loaded: Loaded): readonly Diagnostic[] {
  return loaded.ok ? loaded.configuration.warnings : loaded.diagnostics;
}

/** `file:line:column rule` of each diagnostic. */
export function told(loaded: Loaded): readonly string[] {
  return diagnosticsOf(loaded).map((d) => `${d.file}:${d.line}:${d.column} ${d.rule}${d.severity === 'warning' ? ' (warning)' : ''}`);
}

export function configurationOf(loaded: Loaded): Configuration {
  if (!loaded.ok) throw new Error(`expected a sound configuration: ${JSON.stringify(loaded.diagnostics)}`);
  return loaded.configuration;
}
