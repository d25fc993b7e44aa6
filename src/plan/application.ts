import { type Diagnostic, warning } from '../model/diagnostic.ts';
import { type Board, means } from './board.ts';

/** The application behind the sign-in to Kiro, which has no seats. */
const SIGN_IN = 'Kiro Sign-In';

/** Kiro applications that no profile of the configuration is: whoever has a seat there is billed, and no plan sees it. */
export function applicationWarnings({ live, configuration }: Board): readonly Diagnostic[] {
  return live.applications
    .filter((application) => application.name !== SIGN_IN && !configuration.profiles.some((profile) => means(profile, application)))
    .map(({ name, account, arn }) =>
      warning(
        'application-without-profile',
        null,
        `No profile of this configuration is the Kiro application ${name} of account ${account} (${arn}): seats that people have there are billed and not in this plan. Write its Profile (\`kirosync import\` makes one), or end its subscriptions in the Kiro console.`,
      ),
    );
}
