/** Has the hub forget this browser, for the next person not to be the one before. Resolves to whether it has. */
export async function signOut(request: typeof fetch = fetch): Promise<boolean> {
  try {
    return (await request('api/logout', { method: 'POST' })).ok;
  } catch (error) {
    if (error instanceof TypeError) return false; // What fetch rejects with where there is no answer.
    throw error;
  }
}
