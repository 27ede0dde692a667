let list: string | undefined;

/** Stands in for the file of lib/assertions/iam that reads the list from the disk. */
export function actionList(): string {
  if (list === undefined) throw new Error('the list of actions is not unpacked yet');
  return list;
}

/** Unpacks the list that the page carries: Base64 of gzip. */
export async function unpackActions(packed: string): Promise<void> {
  if (list !== undefined) return;
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  list = await new Response(unpacked).text();
}
