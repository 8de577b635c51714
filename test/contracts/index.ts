/** The contracts that implementations of the ports must keep, for any test runner: pass its `describe`, `it`, `beforeEach` and `afterEach`. */
export { type AuthenticatorBench, type AuthenticatorTraits, testAuthenticator } from './authenticator.ts';
export { type BusStage, busContract, type ClosableBus } from './bus.ts';
export { type ListenerCase, testListener } from './listener.ts';
export { type ContractGpios, type PinsUnderTest, type PinTraits, pinsContract } from './pins.ts';
export { type OpenStore, storeContract } from './store.ts';
export type { Runner } from './suite.ts';
export { testVault } from './vault.ts';
