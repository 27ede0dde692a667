import type { Mutation, TemplateEditor } from '../support/mutation';

const FAILOVER = 'DnsFailover/Failover';
const PRIMARY = `${FAILOVER}/Primary/A`;
const SECONDARY = `${FAILOVER}/Secondary/A`;
const CHECK = `${FAILOVER}/Primary/Check`;
const PAGE = 'DnsFailover/StatusPage';

const check = (template: TemplateEditor) =>
  template.properties(`${CHECK}/HealthCheck`).HealthCheckConfig as Record<string, unknown>;
const alias = (template: TemplateEditor, path: string) =>
  template.properties(path).AliasTarget as Record<string, unknown>;
const distribution = (template: TemplateEditor) =>
  template.properties(`${PAGE}/Distribution`).DistributionConfig as Record<string, unknown>;
const statements = (template: TemplateEditor, path: string) =>
  (template.properties(path).PolicyDocument as { Statement: Record<string, unknown>[] }).Statement;

export const mutations: readonly Mutation[] = [
  {
    name: 'the primary is the secondary, and the other way round',
    apply: (template) => {
      template.properties(PRIMARY).Failover = 'SECONDARY';
      template.properties(SECONDARY).Failover = 'PRIMARY';
    },
  },
  {
    name: 'both records lead to the load balancer',
    apply: (template) => {
      template.properties(SECONDARY).AliasTarget = alias(template, PRIMARY);
    },
  },
  {
    name: 'the primary has no health check',
    apply: (template) => {
      delete template.properties(PRIMARY).HealthCheckId;
    },
  },
  {
    name: 'the secondary has the health check of the primary',
    apply: (template) => {
      template.properties(SECONDARY).HealthCheckId = template.ref(`${CHECK}/HealthCheck`);
    },
  },
  {
    name: 'there is no secondary',
    apply: (template) => {
      template.remove(SECONDARY);
    },
  },
  {
    name: 'the secondary has another name',
    apply: (template) => {
      template.properties(SECONDARY).Name = 'app2.failover.sandbox.test.';
    },
  },
  {
    name: 'the records have one identifier, which Route 53 takes once',
    apply: (template) => {
      template.properties(SECONDARY).SetIdentifier = template.properties(PRIMARY).SetIdentifier;
    },
  },
  {
    name: 'the records are in another zone',
    apply: (template) => {
      template.add('DnsFailover', 'Other', 'AWS::Route53::HostedZone', { Name: 'other.test.' });
      for (const path of [PRIMARY, SECONDARY]) template.properties(path).HostedZoneId = { Ref: 'Other' };
    },
  },
  {
    name: 'the records are weighted',
    apply: (template) => {
      for (const path of [PRIMARY, SECONDARY]) {
        const record = template.properties(path);
        delete record.Failover;
        record.Weight = 50;
      }
    },
  },
  {
    name: 'the status page has an IPv6 address, the load balancer none',
    apply: (template) => {
      template.add('DnsFailover', 'Aaaa', 'AWS::Route53::RecordSet', {
        ...template.properties(SECONDARY),
        Type: 'AAAA',
      });
    },
  },
  {
    name: 'the load balancer does not count its targets',
    apply: (template) => {
      alias(template, PRIMARY).EvaluateTargetHealth = false;
    },
  },
  {
    name: 'the health of CloudFront is evaluated, which Route 53 refuses',
    apply: (template) => {
      alias(template, SECONDARY).EvaluateTargetHealth = true;
    },
  },
  {
    name: 'the health check asks the name that fails over',
    apply: (template) => {
      check(template).FullyQualifiedDomainName = template.properties(PRIMARY).Name;
    },
  },
  {
    name: 'the health check asks the status page',
    apply: (template) => {
      check(template).FullyQualifiedDomainName = alias(template, SECONDARY).DNSName;
    },
  },
  {
    name: 'the health check asks a port that is closed',
    apply: (template) => {
      check(template).Port = 8080;
    },
  },
  {
    name: 'the health check is upside down',
    apply: (template) => {
      check(template).Inverted = true;
    },
  },
  {
    name: 'the health check is disabled',
    apply: (template) => {
      check(template).Disabled = true;
    },
  },
  {
    name: 'the health check sees that something listens, and not whether it is well',
    apply: (template) => {
      check(template).Type = 'TCP';
    },
  },
  {
    name: 'the health check speaks HTTP to what redirects to HTTPS, or HTTPS to what speaks HTTP',
    apply: (template) => {
      const config = check(template);
      const [Type, Port] = config.Type === 'HTTPS' ? ['HTTP', 80] : ['HTTPS', 443];
      Object.assign(config, { Type, Port });
    },
  },
  {
    name: 'the health check asks for a page that needs no server to be well',
    apply: (template) => {
      check(template).ResourcePath = '/';
    },
  },
  {
    name: 'the alarm watches no health check in particular',
    apply: (template) => {
      delete template.properties(`${CHECK}/Failure/Alarm`).Dimensions;
    },
  },
  {
    name: 'the alarm goes off while the site is healthy',
    apply: (template) => {
      template.properties(`${CHECK}/Failure/Alarm`).ComparisonOperator = 'GreaterThanOrEqualToThreshold';
    },
  },
  {
    name: 'the alarm is content with a check that reports nothing',
    apply: (template) => {
      template.properties(`${CHECK}/Failure/Alarm`).TreatMissingData = 'notBreaching';
    },
  },
  {
    name: 'there is no alarm',
    apply: (template) => {
      template.remove(`${CHECK}/Failure/Alarm`);
    },
  },
  {
    name: 'everybody reads the bucket',
    apply: (template) => {
      statements(template, `${PAGE}/Bucket/Policy`).push({
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: '*',
      });
      template.properties(`${PAGE}/Bucket`).PublicAccessBlockConfiguration = undefined;
    },
  },
  {
    name: "anybody's distribution reads the bucket",
    apply: (template) => {
      for (const statement of statements(template, `${PAGE}/Bucket/Policy`)) {
        if (statement.Action === 's3:GetObject') delete statement.Condition;
      }
    },
  },
  {
    name: 'no distribution reads the bucket',
    apply: (template) => {
      template.remove(`${PAGE}/Bucket/Policy`);
    },
  },
  {
    name: 'the distribution does not sign its requests to the bucket',
    apply: (template) => {
      const [origin] = distribution(template).Origins as Record<string, unknown>[];
      delete origin?.OriginAccessControlId;
    },
  },
  {
    name: 'CloudFront may list the bucket, so that S3 answers 404 for what is not there',
    apply: (template) => {
      for (const statement of statements(template, `${PAGE}/Bucket/Policy`)) {
        if (statement.Action !== 's3:GetObject') continue;
        statement.Action = ['s3:GetObject', 's3:ListBucket'];
        statement.Resource = '*';
      }
    },
  },
  {
    name: 'paths without a page are answered with an error of S3',
    apply: (template) => {
      delete distribution(template).CustomErrorResponses;
    },
  },
  {
    name: 'the status page is answered as if it were the site: 200',
    apply: (template) => {
      const [response] = distribution(template).CustomErrorResponses as Record<string, unknown>[];
      if (response) response.ResponseCode = 200;
    },
  },
  {
    name: 'the page is written under another name than it is read',
    apply: (template) => {
      const [response] = distribution(template).CustomErrorResponses as Record<string, unknown>[];
      if (response) response.ResponsePagePath = '/index.html';
    },
  },
  {
    name: 'nobody writes the page',
    apply: (template) => {
      template.remove(`${PAGE}/Upload/PutObject/Resource`);
    },
  },
  {
    name: 'what writes the page may not',
    apply: (template) => {
      template.remove(`${PAGE}/Upload/PutObject/CustomResourcePolicy`);
    },
  },
  {
    name: 'what writes the page may write anything anywhere',
    apply: (template) => {
      for (const statement of statements(template, `${PAGE}/Upload/PutObject/CustomResourcePolicy`)) {
        statement.Resource = '*';
      }
    },
  },
];
