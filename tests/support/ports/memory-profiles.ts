import type { Profile, Profiles } from "../../../src/ports/profiles.ts";

/** Profiles that exist in memory alone. */
export class MemoryProfiles implements Profiles {
  all: Profile[] = [{ name: "okcvm", label: "", current: true }];
  used: string | null = null;

  list(): Profile[] {
    return this.all;
  }
  add(): Profile {
    const made = { name: `okcvm-${this.all.length}`, label: "", current: false };
    this.all = [...this.all, made];
    return made;
  }
  use(name: string): void {
    this.used = name;
  }
  rename(name: string, label: string): void {
    this.all = this.all.map((one) => (one.name === name ? { ...one, label } : one));
  }
  /** Conversations that another one has too. */
  readonly shared = new Set<string>();
  async othersHave(conversationId: string): Promise<boolean> {
    return this.shared.has(conversationId);
  }
  async remove(name: string): Promise<void> {
    this.all = this.all.filter((one) => one.name !== name);
  }
}
