import { Events } from '../../../lib/assertions/events';
import { Templates } from '../../../lib/assertions/templates';

type Properties = Readonly<Record<string, unknown>>;

/** The events of one hand-written template, stack `App`. */
export function eventsOf(resources: Properties, rest: Properties = {}): Events {
  return Events.of(Templates.fromTemplates({ App: { Resources: resources, ...rest } }));
}

export const resource = (Type: string, properties: Properties = {}, rest: Properties = {}) => ({
  Type,
  Properties: properties,
  ...rest,
});

export const arnOf = (id: string) => ({ 'Fn::GetAtt': [id, 'Arn'] });
export const bus = (properties: Properties = {}) =>
  resource('AWS::Events::EventBus', { Name: 'orders', ...properties });
export const queue = (properties: Properties = {}) => resource('AWS::SQS::Queue', properties);
export const topic = (properties: Properties = {}) => resource('AWS::SNS::Topic', properties);

/** A rule of the bus `Bus` with the target `Queue`. */
export const rule = (EventPattern: unknown, properties: Properties = {}, target: Properties = {}) =>
  resource('AWS::Events::Rule', {
    EventBusName: { Ref: 'Bus' },
    EventPattern,
    Targets: [{ Id: 'Queue', Arn: arnOf('Queue'), ...target }],
    ...properties,
  });

/** A subscription of `Queue` to `Topic`. */
export const subscription = (properties: Properties = {}) =>
  resource('AWS::SNS::Subscription', {
    TopicArn: { Ref: 'Topic' },
    Protocol: 'sqs',
    Endpoint: arnOf('Queue'),
    ...properties,
  });
