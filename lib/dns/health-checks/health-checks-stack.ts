import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { PublicHostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import type { Construct } from 'constructs';
import { alarmTopicFor } from '../../shared/alarm-topic';
import { DEFAULT_DOMAIN, importedZone } from '../../shared/imported-zone';
import { WeightedRecords } from '../routing-policies/weighted-records';
import { AlarmCheck, CalculatedCheck, EndpointCheck } from './health-checks';
import { SampleEndpoints } from './sample-endpoints';

export interface HealthChecksStackProps extends StackProps {
  readonly domainName?: string;
  /** Id of the public hosted zone `domainName`. Without it the stack creates the zone `checks` below that name. */
  readonly hostedZoneId?: string;
  readonly alarmEmail?: string;
}

/** Three endpoints and a metric, health checks of them, and two names whose answers depend on the health checks. */
export class HealthChecksStack extends Stack {
  constructor(scope: Construct, id: string, props: HealthChecksStackProps = {}) {
    super(scope, id, props);
    const { domainName = DEFAULT_DOMAIN, alarmEmail } = props;
    const zone =
      importedZone(this, props) ?? new PublicHostedZone(this, 'Zone', { zoneName: `checks.${domainName}` });
    const alarmTopic = alarmTopicFor(this, alarmEmail);

    // In production, use RETAIN.
    const { A, B, C } = new SampleEndpoints(this, 'Endpoints', { removalPolicy: RemovalPolicy.DESTROY });
    const checks = [
      new EndpointCheck(this, 'CheckA', { endpoint: A.domainName }),
      new EndpointCheck(this, 'CheckB', { endpoint: B.domainName, interval: 'fast' }),
      new EndpointCheck(this, 'CheckC', { endpoint: C.domainName, searchString: 'healthy' }),
    ];
    // The failure of one endpoint sends no message. The loss of the majority and a long backlog do.
    const majority = new CalculatedCheck(this, 'Majority', {
      children: checks.map(({ healthCheck }) => healthCheck),
      healthyAtLeast: 2,
      alarmTopic,
    });
    const backlog = new AlarmCheck(this, 'Backlog', {
      metric: new Metric({
        namespace: 'HealthChecks',
        metricName: 'OldestOrderSeconds',
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold: 600,
      evaluationPeriods: 3,
      insufficientData: 'healthy',
      alarmTopic,
    });

    // Route 53 answers with weight 0 while the other record is unhealthy. No server has these documentation addresses.
    const standby = { id: 'Standby', weight: 0, target: RecordTarget.fromIpAddresses('192.0.2.2') };
    const target = RecordTarget.fromIpAddresses('192.0.2.1');
    new WeightedRecords(this, 'Site', {
      zone,
      recordName: 'site',
      records: [{ id: 'Site', weight: 1, target, healthCheck: majority.healthCheck }, standby],
    });
    new WeightedRecords(this, 'Orders', {
      zone,
      recordName: 'orders',
      records: [{ id: 'Orders', weight: 1, target, healthCheck: backlog.healthCheck }, standby],
    });

    new CfnOutput(this, 'FunctionA', { value: A.function.functionName });
    new CfnOutput(this, 'FunctionB', { value: B.function.functionName });
    new CfnOutput(this, 'MajorityId', { value: majority.healthCheck.healthCheckId });
    new CfnOutput(this, 'BacklogId', { value: backlog.healthCheck.healthCheckId });
    if (zone.hostedZoneNameServers) {
      new CfnOutput(this, 'NameServers', { value: Fn.join(' ', zone.hostedZoneNameServers) });
    }
  }
}
