/** Regions in which a Kiro profile can be made (Kiro "supported regions" documentation, 2026; GovCloud later that year). */
export const PROFILE_REGIONS: readonly string[] = ['us-east-1', 'eu-central-1', 'us-gov-east-1', 'us-gov-west-1'];

/** Regions of Identity Center instances that Kiro supports (same page, February 2026). */
export const IDENTITY_CENTER_REGIONS: readonly string[] = [
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
  'ap-south-1',
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'eu-north-1',
  'sa-east-1',
  'us-gov-east-1',
  'us-gov-west-1',
];
