/** The process behind `startLocalAws`: an S3 and a DynamoDB server, on ports of the loopback interface. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import S3rver from '@20minutes/s3rver';
import dynalite from 'dynalite';
import db, { type Store } from 'dynalite/db';
import { S3Store } from './s3-store';

function s3Server(): Server {
  const s3 = new S3rver({ silent: true, allowMismatchedSignatures: true });
  const store = new S3Store();
  s3.store = store;
  s3.context.store = store;
  s3.middleware.unshift(({ headers }, next) => store.request.run(headers, next));
  return createServer(s3.callback());
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Writes items where BatchWriteItem would, without its HTTP requests: 100,000 in two seconds instead of ten. */
async function putItems(store: Store, { table, items }: PutItems): Promise<void> {
  const call = <T>(run: (done: (error: Error | undefined, result: T) => void) => void) =>
    new Promise<T>((resolve, reject) => {
      run((error, result) => {
        if (error) reject(error);
        else resolve(result);
      });
    });
  const description = await call<object>((done) => {
    store.getTable(table, done);
  });
  const writes = items.map((item) => ({
    type: 'put',
    key: db.createKey(item, description),
    value: item,
  }));
  await call((done) => {
    store.getItemDb(table).batch(writes, done);
  });
}

interface PutItems {
  readonly table: string;
  readonly items: readonly object[];
}

async function main(): Promise<void> {
  let store: Store | undefined;
  const { create } = db;
  db.create = (options) => (store = create(options));
  const dynamodb = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  process.on('message', (request: PutItems) => {
    if (!store) throw new Error('dynalite no longer creates its store by db.create');
    void putItems(store, request).then(() => process.send?.({ put: request.items.length }));
  });
  process.send?.({ s3: await listen(s3Server()), dynamodb: await listen(dynamodb) });
}

// Ends with the process that started it, however that one ends.
process.on('disconnect', () => process.exit());
void main();
