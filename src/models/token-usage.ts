import type { Usage } from "../domain/message.ts";
import { countAt, fieldsAt, type Fields } from "./chunk-fields.ts";

/** Token counts in one spelling, from the spellings endpoints use; a count that was not sent stays absent. null: none at all. */
export function readUsage(raw: Fields): Usage | null {
  const promptDetails = fieldsAt(raw, "prompt_tokens_details");
  const replyDetails = fieldsAt(raw, "completion_tokens_details");
  const counts: Record<keyof Usage, number | undefined> = {
    input: countAt(raw, "prompt_tokens"),
    output: countAt(raw, "completion_tokens"),
    cachedInput:
      countAt(promptDetails, "cached_tokens") ??
      countAt(raw, "cached_tokens") ??
      countAt(raw, "prompt_cache_hit_tokens"),
    reasoning: countAt(replyDetails, "reasoning_tokens") ?? countAt(raw, "reasoning_tokens"),
  };
  const usage: Usage = {};
  for (const key of ["input", "output", "cachedInput", "reasoning"] as const) {
    const count = counts[key];
    if (count !== undefined) usage[key] = count;
  }
  return Object.keys(usage).length === 0 ? null : usage;
}
