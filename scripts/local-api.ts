/** Serves rest-api from its template, on a local DynamoDB, until it is interrupted: `npm run local:api`. */
import { Templates } from '../lib/assertions/templates';
import { startLocalProducts } from '../test/support/local-products';
import { sandbox } from '../test/support/sandbox';

async function main(): Promise<void> {
  process.env.CDK_VALIDATION = 'false';
  const templates = Templates.fromApp(sandbox({}, 'rest-api'));
  const local = await startLocalProducts(templates, 'RestApi/Products/Table');
  const api = local.apiOf(templates, 'RestApi/Api/Api', { userPool: 'RestApi/Users/UserPool' });
  const { url } = await api.listen();
  // For `eval "$(...)"` or to copy: tokens are valid for an hour.
  console.log(`URL=${url}/`);
  console.log(`EDITOR=${await local.sign({ sub: 'editor', groups: ['editors'] })}`);
  console.log(`READER=${await local.sign({ sub: 'reader' })}`);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
