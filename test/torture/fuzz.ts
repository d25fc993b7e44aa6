import { http } from '../fuzz/http.ts';
import { journal } from '../fuzz/journal.ts';
import { planFile } from '../fuzz/plan-file.ts';
import { policy } from '../fuzz/policy.ts';
import { recordingFile } from '../fuzz/recording.ts';
import { campaignOf } from '../fuzz/runner.ts';
import { settingsFile, variables } from '../fuzz/settings.ts';
import { usage } from '../fuzz/usage.ts';
import type { Campaign } from './campaign.ts';

// Every way in for text that somebody else wrote, each a campaign of its own: npm run torture -- --only fuzz

export const fuzzPolicy: Campaign = campaignOf(policy);
export const fuzzUsage: Campaign = campaignOf(usage);
export const fuzzPlanFile: Campaign = campaignOf(planFile);
export const fuzzRecording: Campaign = campaignOf(recordingFile);
export const fuzzSettings: Campaign = campaignOf(settingsFile);
export const fuzzVariables: Campaign = campaignOf(variables);
export const fuzzHttp: Campaign = campaignOf(http);
export const fuzzJournal: Campaign = campaignOf(journal);

export const fuzz: readonly Campaign[] = [
  fuzzPolicy,
  fuzzUsage,
  fuzzPlanFile,
  fuzzRecording,
  fuzzSettings,
  fuzzVariables,
  fuzzHttp,
  fuzzJournal,
];
