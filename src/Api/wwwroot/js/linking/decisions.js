// Decisions about links, sent one after another in the order of the keys: an undo never overtakes what it undoes.
const patienceMs = 15_000;
let last = Promise.resolve();

/** The problem in the four parts that every answer has; without an answer the network's. */
const problemOf = async answer => {
  const told = await answer?.json().catch(() => null);
  return { failed: told?.title ? told : { title: answer ? String(answer.status) : '' }, status: answer?.status ?? 0 };
};

const send = async decisions => {
  const answer = await fetch('/api/v1/links/decisions', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      RequestVerificationToken: document.querySelector('#token input')?.value ?? '',
    },
    body: JSON.stringify({ decisions }),
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => null);
  if (answer?.status === 401) location.reload();
  return answer && (answer.ok || answer.status === 409) && answer.headers.get('Content-Type')?.startsWith('application/json')
    ? { results: (await answer.json()).results }
    : problemOf(answer);
};

/** Each decision names the version that the page showed. Resolves to { results }, one for each, or to { failed } where nothing is known to be done. */
export const decide = decisions => {
  last = last.then(() => send(decisions));
  return last;
};

/** What takes decisions back that were done: in the opposite order, at the versions that came of them. */
export const opposites = (decisions, results) => results.flatMap((result, at) => {
  const made = decisions[at];
  if (result.outcome !== 'done') return [];
  if (made.do === 'irrelevant') return [{ do: 'relevant', clip: made.clip, version: result.filing.version }];
  if (made.do === 'relevant') return [{ do: 'irrelevant', clip: made.clip, reason: result.filing.reason, note: result.filing.note }];
  return result.link ? [{ do: 'undo', link: result.link.linkId, version: result.link.version }] : [];
}).reverse();
