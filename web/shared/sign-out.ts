/** Makes the hub forget this browser, so that the next person is not logged in as the previous one. Resolves to whether it has. */
export async function signOut(request: typeof fetch = fetch): Promise<boolean> {
  try {
    return (await request('api/logout', { method: 'POST' })).ok;
  } catch (error) {
    if (error instanceof TypeError) return false; // `fetch` rejects with this if there is no answer.
    throw error;
  }
}
