export type { Answer, Survival } from './answer';
export type { PresentedCertificate } from './certificates';
export type { ExpectedRoute } from './check';
export type { RequestQuestion, SendQuestion } from './request';
export { Requests } from './requests';
export type { Outcome, Route, TargetGroupShare } from './route';
