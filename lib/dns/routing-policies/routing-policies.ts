/*
 * One construct for each routing policy of Route 53. Failover is the architecture dns-failover.
 */
export { GeolocationRecords } from './geolocation-records';
export type { ClientLocation, GeolocationRecord, GeolocationRecordsProps } from './geolocation-records';
export { GeoproximityRecords } from './geoproximity-records';
export type { GeoproximityRecord, GeoproximityRecordsProps, ServerLocation } from './geoproximity-records';
export { IpBasedRecords } from './ip-based-records';
export type { IpBasedRecord, IpBasedRecordsProps } from './ip-based-records';
export { LatencyRecords } from './latency-records';
export type { LatencyRecord, LatencyRecordsProps } from './latency-records';
export { MultivalueRecords } from './multivalue-records';
export type { MultivalueRecord, MultivalueRecordsProps } from './multivalue-records';
export type { RoutedName, RoutedRecord } from './routed-record';
export { SimpleRecord, type SimpleRecordProps } from './simple-record';
export { WeightedRecords } from './weighted-records';
export type { WeightedRecord, WeightedRecordsProps } from './weighted-records';
