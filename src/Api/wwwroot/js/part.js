/** Asks for a part of a page. A signed-out person's page is opened anew, which leads to the sign-in. */
export const askPart = async address => {
  const answer = await fetch(address, { headers: { Accept: 'text/html' } });
  if (answer.redirected || answer.status === 401) location.reload();
  return answer;
};

export const pageOf = async answer => new DOMParser().parseFromString(await answer.text(), 'text/html');
