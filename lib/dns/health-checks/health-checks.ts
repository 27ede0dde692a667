/*
 * The three kinds of Route 53 health checks, each with an alarm. Take the file of the one you want, and lib/shared, where
 * the check of an endpoint is, because failover has one too.
 */
export { EndpointCheck, type EndpointCheckProps } from '../../shared/endpoint-check';
export { HealthCheckAlarm, type HealthCheckAlarmProps } from '../../shared/health-check-alarm';
export { AlarmCheck, type AlarmCheckProps } from './alarm-check';
export { CalculatedCheck, type CalculatedCheckProps } from './calculated-check';
