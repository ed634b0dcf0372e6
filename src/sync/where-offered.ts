import { OkcvmError } from "../domain/errors.ts";
import { ServerRefusal } from "./server-api.ts";

/** Asks for what an operator may have turned off: the server has no such address then. Errors: `not-supported` with `words`. */
export async function whereOffered<T>(words: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ServerRefusal) || error.status !== 404) throw error;
    throw new OkcvmError("not-supported", words, error);
  }
}
