// Which of the dialogs on properties is open over the audit: of one string, the list of strings, conditions and people, the import of
// measurements, that of serial numbers. Drawn by PropertyDialogs.svelte; opened from the heads of strings and from the filters.

export const opened: {
  string: number | null;
  list: boolean;
  conditions: boolean;
  measurements: boolean;
  serials: boolean;
} = $state({
  string: null,
  list: false,
  conditions: false,
  measurements: false,
  serials: false,
});

export function closeAll(): void {
  Object.assign(opened, {
    string: null,
    list: false,
    conditions: false,
    measurements: false,
    serials: false,
  });
}
