import type { Json, Resource, Templates } from '../../lib/assertions/templates';
import { referencedBy, referencesIn } from './references';

/** Something goes from one resource to another. Paths of constructs. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly label: string;
  readonly kind: 'event' | 'use' | 'failure';
}

type Properties = Readonly<Record<string, Json>>;
/** From what, to what, and what it is called. */
type Connection = readonly [from: Json | undefined, to: Json | undefined, label: string, kind?: Link['kind']];

/**
 * Resources that connect two others and are not drawn themselves.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
 */
const CONNECTIONS: Readonly<Record<string, (properties: Properties) => readonly Connection[]>> = {
  'AWS::ApiGateway::Method': (p) => [[p.RestApiId, part(p.Integration, 'Uri'), 'requests']],
  'AWS::ApiGatewayV2::Integration': (p) => [[p.ApiId, p.IntegrationUri, 'requests']],
  'AWS::AppSync::DataSource': ({ ApiId, ...p }) => [[ApiId, p, 'requests']],
  'AWS::ElasticLoadBalancingV2::Listener': (p) => [[p.LoadBalancerArn, p.DefaultActions, 'requests']],
  'AWS::Lambda::EventInvokeConfig': (p) => [
    [p.FunctionName, part(p.DestinationConfig, 'OnFailure'), 'after failures', 'failure'],
    [p.FunctionName, part(p.DestinationConfig, 'OnSuccess'), 'after success'],
  ],
  'AWS::Lambda::EventSourceMapping': (p) => [
    [p.EventSourceArn ?? p.SelfManagedEventSource, p.FunctionName, 'polled events'],
    [p.FunctionName, part(p.DestinationConfig, 'OnFailure'), 'after failures', 'failure'],
  ],
  'AWS::Lambda::Permission': (p) => [[p.SourceArn, p.FunctionName, 'invokes']],
  'AWS::Lambda::Url': (p) => [[undefined, p.TargetFunctionArn, 'requests']],
  'AWS::Logs::SubscriptionFilter': (p) => [[p.LogGroupName, p.DestinationArn, 'log events']],
  'AWS::SNS::Subscription': (p) => [
    [p.TopicArn, p.Endpoint, 'messages'],
    [p.TopicArn, p.RedrivePolicy, 'after failures', 'failure'],
  ],
  'AWS::WAFv2::WebACLAssociation': (p) => [[p.WebACLArn, p.ResourceArn, 'filters', 'use']],
  'Custom::S3BucketNotifications': (p) => [[p.BucketName, p.NotificationConfiguration, 'object events']],
};

/** Properties of drawn resources that name where events come from: the arrow goes the other way. */
const SOURCES = new Set([
  'SourceArn',
  'StreamARN',
  'EventBusName',
  'EventPattern',
  'Source',
  'EventSourceArn',
  'KinesisStreamSourceConfiguration',
]);
const FAILURES = /dead|redrive|failure/i;
/** Properties whose references say how a resource is set up, not where its events or requests go. */
const SETTINGS =
  /^(Role|RoleArn|Tags|Kms\w*|KMS\w*|SSESpecification|BucketEncryption|LoggingConfiguration|Logging|LoggingConfig|VpcConfig|Code|Layers|Alarm\w*Actions|OKActions|InsufficientDataActions|SourceParameters|LoadBalancerAttributes)$/;
/** For these, properties that name the resource which the other one is about. */
const TARGETS: Readonly<Record<string, readonly string[]>> = {
  'AWS::CloudWatch::Alarm': ['AlarmActions', 'OKActions', 'InsufficientDataActions'],
  'AWS::S3::Bucket': ['NotificationConfiguration', 'ReplicationConfiguration'],
};

const part = (value: Json | undefined, name: string): Json | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? value[name] : undefined;

/** What a resource connects, or what its properties lead to. */
export function linksOf(templates: Templates, resource: Resource): Link[] {
  const { type, properties, path } = resource;
  const connect = CONNECTIONS[type];
  const connected = connect
    ? connect(properties).flatMap(([from, to, label, kind = 'event']) =>
        ends(templates, from ?? (type === 'AWS::Lambda::Url' ? undefined : null), resource).flatMap(
          (source) =>
            targets(templates, to).map((target): Link => ({ from: source, to: target, label, kind })),
        ),
      )
    : [];
  const wanted = TARGETS[type];
  const own = Object.entries(properties).flatMap(([name, value]) => {
    if (wanted ? !wanted.includes(name) : connect !== undefined || SETTINGS.test(name)) return [];
    return referencesIn(templates, value, [name]).map(({ resource: { path: other }, keys }): Link => {
      const label = LABELS[name] ?? nameOf(keys);
      if (SOURCES.has(name)) return { from: other, to: path, label, kind: 'event' };
      const kind = keys.some((key) => FAILURES.test(key))
        ? 'failure'
        : name === 'Environment'
          ? 'use'
          : 'event';
      return { from: path, to: other, label, kind };
    });
  });
  return [...connected, ...own];
}

/** A missing source is the connecting resource itself where that is drawn, such as a function URL. */
function ends(templates: Templates, value: Json | undefined, own: Resource): string[] {
  return value === undefined ? [own.path] : targets(templates, value);
}

/** A target group stands for what is registered with it; a version or an alias of a function for the function. */
function targets(templates: Templates, value: Json | undefined): string[] {
  return referencedBy(templates, value).flatMap((resource): string[] => {
    if (resource.type === 'AWS::Lambda::Alias' || resource.type === 'AWS::Lambda::Version')
      return targets(templates, resource.properties.FunctionName);
    if (resource.type === 'AWS::ElasticLoadBalancingV2::TargetGroup') return registered(templates, resource);
    return [resource.path];
  });
}

function registered(templates: Templates, group: Resource): string[] {
  const owners = ['AWS::AutoScaling::AutoScalingGroup', 'AWS::ECS::Service']
    .flatMap((type) => templates.ofType(type))
    .filter(({ properties }) =>
      referencedBy(templates, [
        properties.TargetGroupARNs ?? null,
        properties.LoadBalancers ?? null,
      ]).includes(group),
    );
  return [...owners, ...referencedBy(templates, group.properties.Targets)].map(({ path }) => path);
}

const LABELS: Readonly<Record<string, string>> = {
  NotificationConfiguration: 'object events',
  ReplicationConfiguration: 'replication',
  DefinitionString: 'tasks',
  EventPattern: 'events',
  SourceArn: 'events',
  StreamARN: 'records',
};

/** The property that says what the reference is for: `origins` for DistributionConfig, Origins, DomainName. */
function nameOf(keys: readonly string[]): string {
  const name = keys.findLast(
    (key) => !/^(\w*(Arn|ARN|Id|Name|Config|Uri|Url)|Variables|ParameterValue|[A-Z0-9_]+)$/.test(key),
  );
  return (name ?? keys[0] ?? '').replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
