/** Text of at most `limit` characters: its start and end, with what was cut said between them. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const note = (cut: number): string =>
    `\n\n[${cut.toLocaleString("en-US")} characters cut here; the whole is ${text.length.toLocaleString("en-US")} long]\n\n`;
  const room = limit - note(text.length).length;
  const head = Math.ceil(room * 0.6);
  const tail = room - head;
  const start = text.slice(0, safeCut(text, head));
  const from = text.length - tail;
  // The end begins after a pair it would split, so that it does not outgrow its room.
  const end = text.slice(safeCut(text, from) === from ? from : from + 1);
  return `${start}${note(text.length - start.length - end.length)}${end}`;
}

/** A place that does not split a surrogate pair. */
export function safeCut(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at - 1 : at;
}
