/** What a stream gives until there is `pattern` in it. */
export async function until(stream: ReadableStreamDefaultReader<string>, pattern: RegExp): Promise<string> {
  for (let text = ""; ;) {
    const { done, value } = await stream.read();
    if (done) throw new Error(`The stream ended with: ${text}`);
    text += value;
    if (pattern.test(text)) return text;
  }
}

/** A stream of server-sent events as text, until `pattern` is in it; then it is cut. */
export async function eventText(
  url: string,
  headers: Readonly<Record<string, string>>,
  pattern: RegExp,
): Promise<string> {
  const { body } = await fetch(url, { headers: { accept: "text/event-stream", ...headers } });
  const stream = body!.pipeThrough(new TextDecoderStream()).getReader();
  const text = await until(stream, pattern);
  await stream.cancel();
  return text;
}

/** The id of the first event. */
export const idIn = (text: string): string => /(?<=^id: ).+/m.exec(text)![0];
