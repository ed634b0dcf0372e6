import { showToast } from "../state/toasts.ts";
import { t } from "../texts/texts.ts";

/** Puts text on the clipboard; answers whether it worked, and says so in a toast when it did not. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The browser refuses without focus or permission; the person can still select and copy.
    showToast({ text: t.copyRefused, tone: "danger" });
    return false;
  }
}
