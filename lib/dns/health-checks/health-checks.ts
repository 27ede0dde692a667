/*
 * The three types of Route 53 health checks, each with an alarm. EndpointCheck is in lib/shared, because dns-failover uses it
 * too.
 */
export { EndpointCheck, type EndpointCheckProps } from '../../shared/endpoint-check';
export { HealthCheckAlarm, type HealthCheckAlarmProps } from '../../shared/health-check-alarm';
export { AlarmCheck, type AlarmCheckProps } from './alarm-check';
export { CalculatedCheck, type CalculatedCheckProps } from './calculated-check';
