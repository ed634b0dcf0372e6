/** What people know the embedded engine by. */
export const EMBEDDED_NAME = "Embedded shell";
