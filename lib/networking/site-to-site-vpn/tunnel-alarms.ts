import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { notify } from '../../shared/notify';

export interface TunnelAlarmsProps {
  readonly vpnConnectionId: string;
  /** @default - alarms change state in the console only */
  readonly alarmTopic?: ITopic;
}

/**
 * Says that a connection has lost one of its tunnels, and that it has lost both.
 *
 * Each tunnel has a metric of its own as well, by its address at AWS. That one is known only after the connection is
 * made, and CloudFormation does not return it: the alarms tell the tunnels apart by the lowest and the highest state.
 *
 * @see https://docs.aws.amazon.com/vpn/latest/s2svpn/monitoring-cloudwatch-vpn.html
 */
export class TunnelAlarms extends Construct {
  readonly oneDown: cloudwatch.Alarm;
  readonly bothDown: cloudwatch.Alarm;

  constructor(scope: Construct, id: string, { vpnConnectionId, alarmTopic }: TunnelAlarmsProps) {
    super(scope, id);
    const state = (statistic: string) =>
      new cloudwatch.Metric({
        namespace: 'AWS/VPN',
        metricName: 'TunnelState',
        dimensionsMap: { VpnId: vpnConnectionId },
        statistic,
        period: Duration.minutes(5),
      });
    const { LESS_THAN_THRESHOLD, LESS_THAN_OR_EQUAL_TO_THRESHOLD } = cloudwatch.ComparisonOperator;
    // AWS replaces one endpoint at a time to maintain it, which takes minutes and is nothing to be woken up for.
    this.oneDown = new cloudwatch.Alarm(this, 'OneDown', {
      alarmDescription: 'A tunnel of the VPN connection is down; the other one is left',
      metric: state('Minimum'),
      comparisonOperator: LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 3,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    this.bothDown = new cloudwatch.Alarm(this, 'BothDown', {
      alarmDescription: 'Both tunnels of the VPN connection are down: its router is cut off',
      metric: state('Maximum'),
      comparisonOperator: LESS_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    notify(alarmTopic, this.oneDown, this.bothDown);
  }
}
