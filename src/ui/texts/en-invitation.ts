/** The words of invitations by a link, whatever they let in to. */
export const enInvitation = {
  make: "Make a link",
  another: "Make another link",
  making: "Making a link…",
  lasts: "Works once, for 7 days.",
  link: "Invitation link",
  copy: "Copy the link",
  code: "The invitation link as a QR code",
  localOnly: "This server answers on this machine only, so other machines cannot open the link.",
  open: "Open invitations",
  openFailed: (reason: string) => `Open invitations could not be loaded. ${reason}`,
  until: (day: string) => `Until ${day}`,
  made: (exact: string) => `Made ${exact}`,
  revoke: "Revoke",
};
