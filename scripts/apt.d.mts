/** Installs Debian packages, as root and where apt is; answers whether it did. */
export function aptInstall(packages: string[]): boolean;
