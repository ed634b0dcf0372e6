import { Show, type JSX } from "solid-js";

import { formatDay, formatExact } from "../format/time.ts";
import { enInvitation as words } from "../texts/en-invitation.ts";

/** An invitation that nobody has used yet, and the way to take it back. */
export function InvitationRow(props: {
  invitation: { createdAt: number; expiresAt: number };
  /** What it lets in to, where there is a choice. */
  role?: string;
  /** The button's name, with the day it ends. */
  revokeOf: (day: string) => string;
  busy: boolean;
  onRevoke: () => void;
}): JSX.Element {
  const day = (): string => formatDay(props.invitation.expiresAt);
  return (
    <li class="device">
      <p class="grow small" title={words.made(formatExact(props.invitation.createdAt))}>
        <Show when={props.role} fallback={words.until(day())}>
          {props.role} <span class="quiet">· {words.until(day())}</span>
        </Show>
      </p>
      <button
        type="button"
        class="button"
        aria-label={props.revokeOf(day())}
        disabled={props.busy}
        onClick={() => props.onRevoke()}
      >
        {words.revoke}
      </button>
    </li>
  );
}
