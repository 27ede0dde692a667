/** The process behind `startLocalAws`: an S3 and a DynamoDB server, on ports of the loopback interface. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import S3rver from '@20minutes/s3rver';
import dynalite from 'dynalite';
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

async function main(): Promise<void> {
  const dynamodb = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  process.send?.({ s3: await listen(s3Server()), dynamodb: await listen(dynamodb) });
}

// Ends with the process that started it, however that one ends.
process.on('disconnect', () => process.exit());
void main();
