import { createSignal } from "solid-js";

export interface Toast {
  id: number;
  text: string;
  tone: "plain" | "danger";
  action?: { label: string; run: () => void };
}

const SHOWN_MS = 6_000;
const WITH_ACTION_MS = 10_000;

const [list, setList] = createSignal<readonly Toast[]>([]);
let lastId = 0;

/** The toasts on screen, oldest first. */
export const toasts = list;

/** Shows a short notice; it goes by itself. */
export function showToast(toast: Omit<Toast, "id" | "tone"> & { tone?: Toast["tone"] }): void {
  lastId += 1;
  const id = lastId;
  setList((all) => [...all.slice(-2), { tone: "plain" as const, ...toast, id }]);
  setTimeout(() => dismissToast(id), toast.action ? WITH_ACTION_MS : SHOWN_MS);
}

export function dismissToast(id: number): void {
  setList((all) => all.filter((toast) => toast.id !== id));
}
