import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { notify } from '../../shared/notify';

export interface TunnelAlarmsProps {
  readonly vpnConnectionId: string;
  /**
   * Receives the alarms.
   * @default - none: alarms change state in the console only
   */
  readonly alarmTopic?: ITopic;
}

/**
 * Two alarms for a VPN connection: at least one tunnel is down; both tunnels are down.
 *
 * CloudWatch also has a metric for each tunnel, by the tunnel's outside IP address at AWS. CloudFormation does not return
 * that address. So the alarms use the metric of the connection: its minimum is 0 if one tunnel is down, and its maximum
 * is 0 if both are down.
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
    // 15 minutes: AWS replaces one tunnel endpoint at a time for maintenance, which takes a few minutes.
    this.oneDown = new cloudwatch.Alarm(this, 'OneDown', {
      alarmDescription: 'A tunnel of the VPN connection is down. The other tunnel may be up.',
      metric: state('Minimum'),
      comparisonOperator: LESS_THAN_THRESHOLD,
      threshold: 1,
      evaluationPeriods: 3,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    this.bothDown = new cloudwatch.Alarm(this, 'BothDown', {
      alarmDescription: 'Both tunnels of the VPN connection are down. Its router has no connection to AWS.',
      metric: state('Maximum'),
      comparisonOperator: LESS_THAN_OR_EQUAL_TO_THRESHOLD,
      threshold: 0,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.BREACHING,
    });
    notify(alarmTopic, this.oneDown, this.bothDown);
  }
}
