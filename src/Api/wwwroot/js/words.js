/** The page's words, put there by the server from its resources: scripts hold none of their own. */
export const words = JSON.parse(document.getElementById('words')?.textContent || '{}');
