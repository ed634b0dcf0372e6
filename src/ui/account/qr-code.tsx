import { createMemo, type JSX } from "solid-js";
import { encode } from "uqr";

import { qrPath } from "./qr-path.ts";

/** The margin a camera needs around a code. Modules. */
const QUIET = 4;

/** A text as a QR code: dark on light in both themes, as cameras want it. */
export function QrCode(props: { text: string; label: string }): JSX.Element {
  const code = createMemo(() => encode(props.text, { ecc: "M", border: QUIET }));
  return (
    <svg
      class="qr-code"
      role="img"
      aria-label={props.label}
      viewBox={`0 0 ${code().size} ${code().size}`}
      shape-rendering="crispEdges"
    >
      <rect width="100%" height="100%" fill="#fff" />
      <path d={qrPath(code().data)} fill="#000" />
    </svg>
  );
}
