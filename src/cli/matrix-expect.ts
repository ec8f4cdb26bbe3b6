import type { Judged } from '../report/matrix.js';
import type { Row } from './matrix-config.js';

/** What is not as the config expects of this row, a line each. A failure that was expected and does not fail is one too. */
export function differences(judged: Judged, { version, expects }: Row): string[] {
  const { verdict, grade, fails, causes } = expects;
  const refuted = fails.map(matcher);
  const strangers = judged.refuted.filter((id) => !refuted.some((matches) => matches(id)));
  const healed = fails.filter((_, i) => !judged.refuted.some(refuted[i]!));
  const named = judged.causes.filter(({ kind }) => kind !== 'unknown').map(({ id }) => id);
  return [
    ...(version !== null && !judged.version.startsWith(version)
      ? [`is version ${judged.version}, not ${version}`]
      : []),
    ...(judged.verdict === verdict ? [] : [`${judged.verdict} where ${verdict} is expected: ${judged.exit.says}`]),
    ...(grade === undefined || judged.grade === grade ? [] : [`grade ${judged.grade} where ${grade} is expected`]),
    ...(strangers.length === 0 ? [] : [`refuted, and not expected: ${strangers.join(' ')}`]),
    ...(healed.length === 0 ? [] : [`expected to fail, and does not: ${healed.join(' ')}`]),
    ...(causes ?? []).filter((id) => !named.includes(id)).map((id) => `the cause ${id} is expected, and not named`),
    ...(causes ? named.filter((id) => !causes.includes(id)) : []).map(
      (id) => `the cause ${id} is named, and not expected`,
    ),
  ];
}

const matcher = (glob: string): ((id: string) => boolean) => {
  const pattern = glob.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const whole = new RegExp(`^${pattern.join('.*')}$`);
  return (id) => whole.test(id);
};
