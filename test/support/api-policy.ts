import type { Json, Resource } from '../../lib/assertions/templates';
import { text } from './api-deployment';

interface ApiStatement {
  readonly Effect: string;
  readonly Principal: Json;
  readonly Action: Json;
  readonly Resource: Json;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Json>>>>;
}

/**
 * Whether the resource policy of an API lets a request of anybody pass, by the interface endpoint that it comes through. An API
 * without policy answers everybody, except a private one, which answers nobody. Throws for a policy about anything else.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function mayCall({ path, properties }: Resource, vpcEndpoint: string | undefined): boolean {
  const { Types } = (properties.EndpointConfiguration ?? {}) as { Types?: string[] };
  const isPrivate = Types?.includes('PRIVATE') === true;
  if (isPrivate && vpcEndpoint === undefined) return false;
  const { Statement } = (properties.Policy ?? {}) as unknown as { Statement?: ApiStatement[] };
  if (!Statement) return !isPrivate;
  const effects = Statement.filter((statement) => applies(path, statement, vpcEndpoint)).map(
    ({ Effect }) => Effect,
  );
  return effects.includes('Allow') && !effects.includes('Deny');
}

function applies(path: string, statement: ApiStatement, vpcEndpoint: string | undefined): boolean {
  const { Principal, Action, Resource: on, Condition = {} } = statement;
  const anybody = ['"*"', '{"AWS":"*"}'].includes(JSON.stringify(Principal));
  if (!anybody || Action !== 'execute-api:Invoke' || on !== 'execute-api:/*') {
    throw new Error(`${path}: a policy with ${JSON.stringify(statement)} is not modelled`);
  }
  return Object.entries(Condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, value]) => {
      if (key !== 'aws:SourceVpce' || !['StringEquals', 'StringNotEquals'].includes(operator)) {
        throw new Error(`${path}: the condition ${operator} ${key} is not modelled`);
      }
      const isOne = vpcEndpoint !== undefined && [value].flat().map(text).includes(vpcEndpoint);
      return isOne === (operator === 'StringEquals');
    }),
  );
}
