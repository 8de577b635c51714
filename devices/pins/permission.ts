/** Advice: how a user gets access to the devices that udev assigns to the group gpio. */
export const JOIN_GROUP =
  '"sudo usermod -aG gpio $USER" and a new login permit it on Raspberry Pi OS; elsewhere only root may';
