import type { SeatRow, Sight, Watch, Write } from '../../src/emulator/emulator.ts';

/** Who is granted a seat where, as the campaign itself knows it and not as the product resolves it: UserId → application names. */
export type Grants = ReadonlyMap<string, ReadonlySet<string>>;

export type JudgeOptions = {
  /** What the policy grants at this instant. */
  readonly grants: () => Grants;
  /** The application that a seat group's members get a seat of; null for another group. */
  readonly applicationOf: (groupName: string) => string | null;
};

export type Verdict = {
  /** A write of ours left an enabled person, who held a seat and keeps a grant, without one. */
  readonly lost: readonly string[];
  /** A write of ours made a claim in a profile where the person is granted nothing. */
  readonly duplicated: readonly string[];
  /** Somebody else took it, or took the seat that was to replace it since our pass began: UserIds with the application. */
  readonly taken: ReadonlySet<string>;
  readonly sights: number;
};

export type Judge = {
  /** For the emulator's `watch`. */
  readonly watch: Watch;
  /**
   * A pass begins, with the grants as they are now. What others write from now on it cannot know, nor, where reads lag,
   * what they wrote in the `lagMs` before.
   */
  readonly passBegins: (lagMs?: number) => void;
  readonly verdict: () => Verdict;
  /** What was taken and is not back by now. */
  readonly stillTaken: () => readonly string[];
};

type Holder = `${string} ${string}`;
const holder = (userId: string, application: string): Holder => `${userId} ${application}`;

/** Seats that the directory still claims; a cancelled one only lasts until it runs out. */
const heldBy = (seats: readonly SeatRow[]): ReadonlySet<Holder> =>
  new Set(seats.filter((row) => row.Status !== 'CANCELLED').map((row) => holder(row.UserId, row.application)));

const userOf = (write: Write): string => String(write['UserId'] ?? '');
const groupOf = (write: Write): string => String(write['group'] ?? '');

/**
 * Judges by the emulator's own seats, at every write and tick: never by a plan of ours. Who held a seat is known from
 * the sight before; a grant counts if it stands since our pass began. What excuses us is only that somebody else removed
 * this person's claim, or the group or subscription that it came from: no other write of anybody does.
 */
export const judge = ({ grants, applicationOf }: JudgeOptions): Judge => {
  let held: ReadonlySet<Holder> = new Set();
  let first = true;
  let begun = Number.NEGATIVE_INFINITY;
  let sights = 0;
  const since = new Map<Holder, number>();
  const until = new Map<Holder, number>();
  /** When somebody else last took a claim, by UserId or application. */
  const took = new Map<string, number>();
  /** When somebody else last put a person into a source group. */
  const joined = new Map<string, number>();
  const names = new Map<string, string>();
  let lag = 0;
  const lost: string[] = [];
  const duplicated: string[] = [];
  const taken = new Set<Holder>();
  let at = 0;

  const noteGrants = (granted: Grants) => {
    const now = new Set([...granted].flatMap(([userId, applications]) => [...applications].map((each) => holder(userId, each))));
    for (const each of since.keys()) {
      if (now.has(each)) continue;
      since.delete(each);
      until.set(each, at);
    }
    for (const each of now) if (!since.has(each)) since.set(each, at);
  };
  const recently = (when: number | undefined) => (when ?? Number.NEGATIVE_INFINITY) >= begun - lag;
  /** A grant that a group gave within the lag of reads could not be seen yet; one that the policy gives could. */
  const stands = (each: Holder) => {
    const from = since.get(each) ?? Number.POSITIVE_INFINITY;
    const join = joined.get(each.split(' ')[0] ?? '') ?? Number.POSITIVE_INFINITY;
    return from <= begun && !(from >= begun - lag && join <= from && join >= begun - lag);
  };
  /** A grant that ended while the pass was under way was one when it looked. */
  const stood = (each: Holder) => (until.get(each) ?? Number.NEGATIVE_INFINITY) >= begun;

  /** What somebody else's write takes from whom. */
  const note = (write: Write, sight: Sight) => {
    const { operation } = write;
    const application = applicationOf(names.get(String(write['GroupId'] ?? '')) ?? groupOf(write));
    const adds = operation === 'CreateGroupMembership';
    if (adds && application === null) joined.set(userOf(write), at);
    if (adds) return;
    if (operation === 'DeleteGroupMembership') {
      if (application !== null) took.set(userOf(write), at);
    } else if (userOf(write) !== '') took.set(userOf(write), at);
    else if (application !== null) took.set(application, at);
    else {
      const arn = String(write['ApplicationArn'] ?? '');
      const name = sight.state().applications.find((each) => each.ApplicationArn === arn)?.Name;
      if (name !== undefined) took.set(name, at);
    }
  };

  const look = (sight: Sight) => {
    const granted = grants();
    noteGrants(granted);
    const after = heldBy(sight.seats());
    const enabled = new Set(
      sight
        .state()
        .users.filter((user) => user.UserStatus !== 'DISABLED')
        .map((user) => user.UserId),
    );
    const ours = sight.writes.filter((write) => write.actor === 'api');
    for (const { GroupId, DisplayName = '' } of sight.state().groups) names.set(GroupId, DisplayName);
    for (const write of sight.writes) if (write.actor !== 'api') note(write, sight);
    for (const before of held) {
      if (after.has(before)) continue;
      const [userId = '', application = ''] = before.split(' ');
      const applications = [...(granted.get(userId) ?? [])];
      const heldElsewhere = [...after].some((each) => each.startsWith(`${userId} `));
      const keeps = stands(before) || (!heldElsewhere && applications.some((each) => stands(holder(userId, each))));
      if (!keeps || !enabled.has(userId)) continue;
      const others = recently(took.get(userId)) || [application, ...applications].some((each) => recently(took.get(each)));
      if (ours.length === 0 || others) taken.add(before);
      else
        lost.push(`${sight.at}: ${userId} lost ${application} by ${ours.map((each) => `${each.operation} ${groupOf(each)}`).join(', ')}`);
    }
    for (const write of ours) {
      const application = write.operation === 'CreateGroupMembership' ? applicationOf(groupOf(write)) : null;
      if (application === null || granted.get(userOf(write))?.has(application) || stood(holder(userOf(write), application))) continue;
      const elsewhere = [...after].some((each) => each.startsWith(`${userOf(write)} `) && each !== holder(userOf(write), application));
      if (elsewhere) duplicated.push(`${sight.at}: ${userOf(write)} was added to ${groupOf(write)} without a grant in ${application}`);
    }
    held = after;
  };

  return {
    watch: (sight) => {
      sights += 1;
      at = Date.parse(sight.at);
      if (first) {
        noteGrants(grants());
        for (const { GroupId, DisplayName = '' } of sight.state().groups) names.set(GroupId, DisplayName);
        held = heldBy(sight.seats());
        first = false;
      } else look(sight);
    },
    passBegins: (lagMs = 0) => {
      if (first) throw new Error('the judge has seen nothing yet: send the emulator a request first');
      begun = at;
      lag = lagMs;
      noteGrants(grants());
    },
    verdict: () => ({ lost, duplicated, taken, sights }),
    stillTaken: () => [...taken].filter((each) => since.has(each) && !held.has(each)),
  };
};
