import { toErrorValue } from "../../domain/errors.ts";
import { showToast } from "./toasts.ts";

/** Runs an action of the person; a failure is told in a toast. */
export async function tell(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    showToast({ text: toErrorValue(error).message, tone: "danger" });
  }
}
