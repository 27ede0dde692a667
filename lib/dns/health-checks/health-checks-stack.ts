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
  /** The public zone of that name. Without it the stack makes one of its own, `checks` below that name. */
  readonly hostedZoneId?: string;
  readonly alarmEmail?: string;
}

/** Three endpoints and a backlog, the checks that watch them, and two names that those checks decide about. */
export class HealthChecksStack extends Stack {
  constructor(scope: Construct, id: string, props: HealthChecksStackProps = {}) {
    super(scope, id, props);
    const { domainName = DEFAULT_DOMAIN, alarmEmail } = props;
    const zone =
      importedZone(this, props) ?? new PublicHostedZone(this, 'Zone', { zoneName: `checks.${domainName}` });
    const alarmTopic = alarmTopicFor(this, alarmEmail);

    // A sandbox leaves nothing behind.
    const { A, B, C } = new SampleEndpoints(this, 'Endpoints', { removalPolicy: RemovalPolicy.DESTROY });
    const checks = [
      new EndpointCheck(this, 'CheckA', { endpoint: A.domainName }),
      new EndpointCheck(this, 'CheckB', { endpoint: B.domainName, interval: 'fast' }),
      new EndpointCheck(this, 'CheckC', { endpoint: C.domainName, searchString: 'healthy' }),
    ];
    // One endpoint that fails wakes nobody: only the majority and the backlog are told to the topic.
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

    // Weight 0 is answered when the other one is unhealthy. The addresses are examples: nobody is there.
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
