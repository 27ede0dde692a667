import { mutationsBelow, type Mutation } from '../support/mutation';

type Properties = Record<string, unknown>;
interface Config {
  CacheBehaviors: Properties[];
  DefaultCacheBehavior: { FunctionAssociations?: Properties[] };
}

const { changed, edited } = mutationsBelow('EdgeFunctions');
const config = (name: string, edit: (config: Config) => void) =>
  edited(name, 'Site/Distribution', ({ DistributionConfig }) => {
    edit(DistributionConfig as Config);
  });

export const mutations: readonly Mutation[] = [
  config('no function runs', ({ DefaultCacheBehavior }) => {
    delete DefaultCacheBehavior.FunctionAssociations;
  }),
  config('visitors get no cookie', ({ DefaultCacheBehavior }) => {
    DefaultCacheBehavior.FunctionAssociations?.pop();
  }),
  config('the function runs for assets too', ({ CacheBehaviors, DefaultCacheBehavior }) => {
    for (const behavior of CacheBehaviors) {
      behavior.FunctionAssociations = DefaultCacheBehavior.FunctionAssociations;
    }
  }),
  changed('the function has no store', 'Functions/Function', {
    FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-2.0' },
  }),
  changed('the function has the first runtime', 'Functions/Function', {
    FunctionConfig: { Comment: '', Runtime: 'cloudfront-js-1.0' },
  }),
  changed('the function is not published', 'Functions/Function', { AutoPublish: false }),
  changed('another function runs', 'Functions/Function', {
    FunctionCode: 'function handler(event) { return event.request; }',
  }),
];
