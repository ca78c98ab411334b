// Texts for what the hub answers, in French, by its codes (docs/api.md): read after the first screen is there. `HubTexts` is
// what every language says.
import type { ErrorCode, FileProblem, HubInfo, OpResult } from '../../domain/api.gen';

type NoticeCode = HubInfo['notice_codes'][number];

export const hub = {
  /** What the hub says in its own words, which are English. */
  said: (words: string) => `(mots du hub : « ${words} »)`,
  unknown: 'le hub a refusé.',
  errors: {
    bad_field: 'une valeur n’est pas acceptée.',
    bad_json: 'la demande est illisible : rechargez la page.',
    bad_page: 'les données reçues sont abîmées : réessayez.',
    crew_full: 'l’équipe est complète : le chef d’équipe peut retirer quelqu’un.',
    disk_full: 'le disque du hub est plein : prévenez le chef d’équipe.',
    exists: 'cet audit existe déjà sur ce hub.',
    forbidden: 'votre rôle ne le permet pas.',
    foreign_key: 'ce hub n’a pas la clé de ces sessions : le chef d’équipe doit la remettre en place.',
    foreign_page: 'un proxy devant le hub cache son adresse : voir « Behind a proxy » dans le manuel du hub.',
    gap: 'il manque des données précédentes : réessayez.',
    gone: 'cet audit a été supprimé de ce hub.',
    internal: 'le hub n’y est pas arrivé : réessayez. Son journal dit pourquoi.',
    last_lead: 'il faut un chef d’équipe : nommez-en un autre d’abord.',
    method_not_allowed: 'cette version du hub ne sait pas le faire : rechargez la page.',
    not_an_image: 'ce n’est pas une image que le hub garde : JPEG, PNG, TIFF, HEIC ou WebP.',
    not_found: 'ce n’est pas (ou plus) sur ce hub.',
    open_hub: 'ce hub est ouvert à tous : il n’a pas d’équipe.',
    photo_not_here: 'cette image n’est pas encore arrivée sur ce hub.',
    photos_full:
      'le hub n’a plus de place pour les photos : elles restent sur cette tablette, et les relevés partent toujours. Prévenez le chef d’équipe.',
    same_hub:
      'un autre hub a la même identité (carte copiée) : tapez « fieldhub identity new » sur l’un des deux.',
    synchronised: 'l’heure du hub vient du réseau : elle ne se règle pas à la main.',
    timed_out: 'la demande est arrivée trop lentement : réessayez.',
    too_large: 'c’est trop volumineux.',
    too_many: 'trop d’essais : attendez un peu.',
    unavailable: 'le hub est occupé : réessayez dans un instant.',
    unread:
      'le hub ne peut pas lire ces données : n’effacez rien sur les tablettes, prévenez le chef d’équipe.',
    wrong_code: 'ce code n’est pas le bon.',
    wrong_hash: 'l’image est arrivée abîmée : elle est renvoyée.',
    wrong_host: 'cette adresse n’est pas celle du hub : ouvrez celle de l’affiche.',
    wrong_offset: 'le hub a une autre partie de cette image : l’envoi reprend de là.',
    no_session: 'rejoignez d’abord l’équipe.',
    bad_token: 'ce hub ne connaît pas cette tablette : rejoignez l’équipe.',
    expired: 'votre session a expiré : rejoignez l’équipe.',
    revoked: 'le chef d’équipe a retiré cette tablette de l’équipe.',
    https: 'cette adresse demande HTTPS.',
    no_http: 'la demande est illisible : rechargez la page.',
    large_head: 'la demande est trop longue : effacez les cookies de cette adresse.',
  } satisfies Record<ErrorCode, string>,
  /** Where in a file: `column` is as the file has it. */
  refusals: {
    photo_missing: 'ses images ne sont pas encore complètes sur ce hub.',
    photo_wrong: 'ce que le hub a reçu n’est pas cette image.',
    too_many_photos: 'cet audit a le nombre maximal de photos.',
    too_many_properties: 'cet audit a le nombre maximal de données en plus des relevés.',
    too_many_modules:
      'l’audit n’a pas ce module et en compte déjà le maximum : le chef d’équipe peut l’ajouter dans un autre audit.',
    audit_text: 'les commentaires de cet audit ont atteint leur longueur totale maximale : raccourcissez-en.',
    member_text:
      'vos commentaires dans cet audit ont atteint leur longueur totale maximale : raccourcissez-en.',
    audit_log:
      'cet audit a le nombre maximal de relevés que le hub conserve : continuez dans un nouvel audit.',
    member_log:
      'vous avez saisi le maximum permis à une personne dans cet audit : un collègue doit continuer.',
    stamps:
      'il se fonde sur des relevés que ce hub ne connaît pas : regardez de nouveau le module et marquez-le.',
    heads: 'trop de relevés de ce module se contredisent : regardez-le et marquez-le de nouveau.',
    id_taken: 'une autre saisie a le même numéro : saisissez de nouveau.',
    stamp_out_of_range: 'son heure dépasse l’an 2100 : l’horloge d’un appareil est fausse.',
    lead_only: 'seul le chef d’équipe peut modifier cela.',
    unknown_kind: 'ce hub est plus ancien que la page et ne connaît pas cela : rechargez la page.',
  } satisfies Record<NonNullable<OpResult['code']>, string>,
  line: (line: number) => `ligne ${String(line)} : `,
  cell: (line: number, column: string) => `ligne ${String(line)}, colonne ${column} : `,
  file: {
    empty: 'le fichier est vide : exportez-le ou copiez-le à nouveau.',
    unrecognised:
      'ce n’est ni un plan, ni l’export ou la sauvegarde d’une tablette, ni un CSV ou XLSX avec les colonnes module_id, string, position.',
    which_audit: 'cette sauvegarde contient plusieurs audits : choisissez lequel.',
    no_audits: 'cette sauvegarde ne contient aucun audit.',
    too_many_audits: 'cette sauvegarde contient trop d’audits : partagez le fichier.',
    no_modules: 'il n’y a aucun module dans ce fichier.',
    too_many_modules: 'un audit a 20 000 modules au maximum : partagez le fichier.',
    too_many_strings: 'trop de strings.',
    cut_short: 'le fichier est coupé : exportez-le ou copiez-le à nouveau.',
    not_json: 'le JSON n’est pas valable : exportez le fichier à nouveau.',
    bad_shape: 'le contenu n’a pas la forme attendue.',
    bad_text: 'le texte est abîmé : enregistrez à nouveau en UTF-8 (Excel : « CSV UTF-8 »).',
    quote_open: 'un guillemet s’ouvre ici et avale d’autres lignes : enlevez-le.',
    column_twice: 'une colonne est là deux fois : enlevez-en une.',
    column_missing: 'il manque une colonne : il faut module_id, string et position.',
    too_many_cells: 'plus de cellules que de colonnes : mettez le commentaire entre guillemets.',
    too_many_columns: 'trop de colonnes : est-ce la bonne feuille ?',
    no_string: 'il manque le numéro du string.',
    string_contradicted: 'le numéro du string et son identifiant se contredisent : corrigez l’un des deux.',
    mixed_names: 'des strings ont un nom et d’autres un numéro : tous un nom, ou tous un numéro.',
    no_count: 'il manque le nombre de strings ou de modules.',
    count_contradicted: 'le nombre total de modules ne correspond pas aux strings.',
    workbook: 'ce classeur est illisible : enregistrez-le à nouveau en XLSX, ou en CSV UTF-8.',
    workbook_password: 'ce classeur a un mot de passe : enregistrez-le sans.',
    bad_status: 'cet état n’existe pas.',
    bad_value: 'cette valeur n’est pas acceptée.',
    module_twice: 'ce module est là deux fois : gardez-en un.',
    place_taken: 'cette place est déjà prise par un autre module : corrigez l’un des deux.',
  } satisfies Record<FileProblem['problem'], string>,
  /** What the hub says of itself. */
  notices: {
    damaged:
      'une base abîmée a été mise de côté : le hub continue depuis sa dernière copie, et les tablettes renvoient ce qu’elles ont.',
    disk_full:
      'le disque du hub est plein : les relevés attendent sur les tablettes. Libérez de la place sur le hub.',
    crew: 'ce que le hub sait de l’équipe est illisible ou a été refait : il faut peut-être la rejoindre de nouveau.',
    twins:
      'deux hubs ont la même identité (carte copiée) : tapez « fieldhub identity new » sur celui qui est refusé.',
    upstream:
      'rien ne monte vers un cloud : un fichier qu’il lui faut est illisible. Nouvel essai automatique.',
    https: 'il n’y a pas de HTTPS : ce qu’il lui faut est illisible.',
    wi_fi: 'les codes et les affiches n’ont pas le Wi-Fi : son mot de passe est illisible.',
    other: 'à lire par le chef d’équipe.',
  } satisfies Record<NoticeCode, string>,
};

export type HubTexts = typeof hub;
