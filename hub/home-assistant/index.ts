/** Announces devices to Home Assistant. It needs a `Bus`, and nothing else of the hub. */
export { ANNOUNCEMENT_FORMS, type AnnouncementForm, isOwnDiscoveryTopic } from './announcement.ts';
export { announceDevices } from './announcer.ts';
