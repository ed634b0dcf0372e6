import { IDBFactory } from "fake-indexeddb";

/** What fake-indexeddb has inside of a connection. */
interface RawConnection extends IDBDatabase {
  _rawDatabase: { transactions: RawTransaction[] };
}
interface RawTransaction {
  db: unknown;
  _state: string;
  _abort(errorName: string): void;
}

/** One page's view of the storage. */
export interface StorageView {
  factory: IDBFactory;
  /** As when the page's process is killed: transactions that were not committed are undone, and nothing more is done. */
  kill(): void;
}

/** A browser's storage on disk, which outlives its pages. */
export class CrashableStorage {
  readonly #disk = new IDBFactory();

  /** For a page that begins. */
  view(): StorageView {
    const disk = this.#disk;
    const open = new Set<RawConnection>();
    let dead = false;
    const refuse = (): void => {
      if (dead) throw new DOMException("The page is gone.", "InvalidStateError");
    };
    const factory = {
      open(name: string, version?: number) {
        refuse();
        const request = disk.open(name, version);
        request.addEventListener("success", () => {
          const connection = request.result as unknown as RawConnection;
          if (dead) connection.close();
          else open.add(connection);
        });
        return request;
      },
      deleteDatabase(name: string) {
        refuse();
        return disk.deleteDatabase(name);
      },
      databases: () => disk.databases(),
      cmp: (a: unknown, b: unknown) => disk.cmp(a, b),
    };
    return {
      factory: factory as unknown as IDBFactory,
      kill() {
        dead = true;
        for (const connection of open) end(connection);
        open.clear();
      },
    };
  }
}

function end(connection: RawConnection): void {
  for (const transaction of connection._rawDatabase.transactions)
    if (transaction.db === connection && transaction._state !== "finished") transaction._abort("AbortError");
  connection.close();
}
