/* What the tests use of three packages that bring no types. */

declare module '@20minutes/s3rver' {
  import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';

  type Next = () => Promise<void>;
  export default class S3rver {
    constructor(options: { readonly silent: boolean; readonly allowMismatchedSignatures: boolean });
    store: object;
    readonly context: { store: object };
    readonly middleware: ((
      context: { readonly headers: IncomingHttpHeaders },
      next: Next,
    ) => Promise<void>)[];
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
  }
}

declare module '@20minutes/s3rver/lib/models/bucket' {
  export default class S3Bucket {
    constructor(name: string, created: Date);
  }
}

declare module '@20minutes/s3rver/lib/models/error' {
  export default class S3Error extends Error {
    constructor(code: string, message: string, detail?: object);
  }
}

declare module '@20minutes/s3rver/lib/models/object' {
  import type { Readable } from 'node:stream';

  export default class S3Object {
    constructor(bucket: string, key: string, content: Readable | null, metadata: Record<string, string>);
    readonly bucket: string;
    readonly key: string;
    readonly content: Readable | Buffer;
    readonly metadata: Readonly<Record<string, string>>;
    range?: { readonly start: number; readonly end: number };
  }
}

declare module 'dynalite' {
  import type { Server } from 'node:http';

  export default function dynalite(options: {
    readonly createTableMs: number;
    readonly deleteTableMs: number;
    readonly updateTableMs: number;
  }): Server;
}

declare module 'dynalite/db' {
  type Done = (error: Error | undefined, result: object) => void;
  export interface Store {
    getTable(name: string, done: Done): void;
    getItemDb(table: string): { batch(writes: readonly object[], done: Done): void };
  }
  const db: {
    create: (options: object) => Store;
    createKey: (item: object, table: object) => string;
  };
  export default db;
}

declare module 'asl-validator' {
  /** Writes default values into the definition. */
  export default function validate(
    definition: object,
    options: { readonly checkPaths: boolean; readonly checkArn: boolean },
  ): { readonly isValid: boolean; readonly errorsText: () => string };
}
