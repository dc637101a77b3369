/** What an account may be. */
export const ROLE_CHOICES = ["administrator", "user"].map((id) => ({ id, name: `role.${id}` }));
