/**
 * A call's arguments as a history may hold them: JSON text of an object. An
 * endpoint refuses a whole history over broken ones, so those are wrapped, and
 * the model still sees what it wrote.
 */
export function sendableArguments(text: string): string {
  if (text.trim() === "") return "{}";
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return text;
  } catch {
    // Not JSON: wrapped below.
  }
  return JSON.stringify({ unreadable_arguments: text });
}
