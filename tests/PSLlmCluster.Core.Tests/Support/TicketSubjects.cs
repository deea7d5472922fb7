namespace PSLlmCluster.Core.Tests.Support;

/// <summary>Subjects of tickets as people write them, by topic.</summary>
internal static class TicketSubjects
{
    /// <summary>In Japanese.</summary>
    public static readonly (string Topic, string[] Texts)[] Japanese =
    [
        ("password",
        [
            "パスワードを忘れました", "パスワードの再設定をお願いします", "ログインパスワードが無効と表示される", "パスワードリセットのメールが届かない", "パスワード変更後にログインできない", "アカウントがロックされました",
            "アカウントロックの解除依頼", "パスワードの有効期限が切れました", "初期パスワードを教えてください", "ログインできない（パスワードエラー）", "パスワード再設定の手順について", "アカウントロック解除をお願いします",
            "パスワードを何度も間違えてロックされた", "二段階認証のパスワードが届きません", "パスワードの変更方法を知りたい",
        ]),
        ("printer",
        [
            "プリンターで印刷できない", "複合機の紙詰まりが頻発する", "3階のプリンターがオフラインになる", "両面印刷の設定方法について", "印刷が途中で止まる", "プリンターのトナー交換依頼", "カラー印刷ができません",
            "プリンタードライバーのインストール依頼", "複合機からスキャンできない", "印刷ジョブが消えない", "プリンターの用紙設定について", "印刷すると文字化けする", "新しいプリンターの追加をお願いします",
            "複合機のエラーコードE-302", "PDFの印刷が遅い",
        ]),
        ("vpn",
        [
            "VPN接続が切れる", "自宅からVPN接続できない", "VPN接続がタイムアウトする", "在宅勤務用のVPN申請", "VPN接続後に社内サーバーへアクセスできない", "VPNクライアントのインストール", "VPN接続が非常に遅い",
            "リモートワーク時のVPN接続エラー", "VPNの証明書の有効期限について", "海外出張先からVPN接続したい", "VPN接続でエラー809が出る", "社内ネットワークに接続できない（VPN）", "VPN証明書の更新方法",
            "VPN接続時に認証エラー", "社内サーバーへのVPN経由アクセスが不安定",
        ]),
        ("expense",
        [
            "経費精算の締切について", "経費精算システムにログインできない", "交通費の申請が差し戻された", "領収書を紛失した場合の経費精算", "出張費の精算方法", "経費精算の承認者を変更したい", "交通費申請の経路が表示されない",
            "領収書の添付ができません", "経費精算の勘定科目が分からない", "出張旅費の仮払い申請", "経費精算が承認されない", "領収書の電子保存について", "タクシー代の経費申請", "交通費精算の期限を過ぎてしまった",
            "経費精算システムの使い方",
        ]),
    ];

    /// <summary>In English, with the typos of people in a hurry.</summary>
    public static readonly (string Topic, string[] Texts)[] English =
    [
        ("pw",
        [
            "Forgot my pasword", "password reset not working", "Can't log in, password expired", "Pls reset my passwrod",
            "I'm locked out of my account", "account locked after 3 attempts", "Password reset email never arrives",
            "New password is not accepted", "cant login - password wrong???", "reset password for jsmith",
            "My account is locked again", "PASSWORD EXPIRED!!", "Need help w/ password reset", "I cannot reset my password",
            "Account locked out",
        ]),
        ("printer",
        [
            "Printer on 3rd floor not working", "printer offline", "Paper jam in printer HP-402", "Cannot print PDF files",
            "The prnter is out of toner", "Print queue stuck", "print jobs stuck in queue", "Printer driver for Windows 11",
            "HP LaserJet printer needs toner", "color printing doesn't work", "Printer keeps going offline",
            "Printer says offline but it's on", "please replace toner in printer", "double sided printing default",
            "Print job stuck since 9:30",
        ]),
        ("vpn",
        [
            "VPN keeps disconnecting", "VPN connection drops every 10 minutes", "cannot connect to VPN from home",
            "VPN very slow today", "vpn error 809", "Need VPN access for new starter", "VPN client won't install",
            "VPN connection timed out", "connection to vpn fails", "Cant connect to the VPN", "VPN token expired",
            "slow VPN connection at home", "The VPN isn't connecting", "VPN AnyConnect error", "Request VPN acces for contractor",
        ]),
        ("invoice",
        [
            "Invoice #4521 missing", "Where is my invoice for May?", "Invoice shows wrong amount", "invoice address needs changing",
            "Duplicate charge on invoice", "Refund for order 10023", "refund not received", "Please resend invoice 2024-118",
            "VAT missing on the invoice", "I was charged twice", "charged twice for order 55012", "Wrong VAT number on invoice",
            "refund for a duplicate charge", "Invoce not received", "payment made but invoice still open",
        ]),
    ];

    /// <summary>In Chinese.</summary>
    public static readonly (string Topic, string[] Texts)[] Chinese =
    [
        ("密码",
        [
            "忘记密码无法登录", "密码重置邮件没有收到", "请帮我重置密码", "登录密码错误账号被锁定", "账号锁定请解锁", "修改密码后无法登录", "密码过期需要重置",
        ]),
        ("打印",
        [
            "打印机无法打印", "三楼打印机卡纸", "打印机脱机无法连接", "打印机墨盒需要更换", "无法添加网络打印机", "打印文件乱码", "打印机驱动安装失败",
        ]),
        ("VPN",
        [
            "VPN连接失败", "在家无法连接VPN", "VPN连接速度很慢", "VPN连接超时请处理", "VPN证书过期", "申请VPN账号", "VPN经常断开连接",
        ]),
    ];

    /// <summary>In Thai.</summary>
    public static readonly (string Topic, string[] Texts)[] Thai =
    [
        ("pw",
        [
            "ลืมรหัสผ่าน", "รีเซ็ตรหัสผ่านให้หน่อย", "รหัสผ่านหมดอายุ", "เข้าสู่ระบบไม่ได้ รหัสผ่านผิด", "ขอเปลี่ยนรหัสผ่าน",
            "บัญชีถูกล็อก",
        ]),
        ("print",
        [
            "เครื่องพิมพ์ใช้งานไม่ได้", "เครื่องพิมพ์กระดาษติด", "ขอเปลี่ยนหมึกเครื่องพิมพ์", "พิมพ์เอกสารไม่ได้",
            "ติดตั้งเครื่องพิมพ์ใหม่", "เครื่องพิมพ์ออฟไลน์",
        ]),
        ("net",
        [
            "อินเทอร์เน็ตช้ามาก", "อินเทอร์เน็ตใช้งานไม่ได้", "เชื่อมต่ออินเทอร์เน็ตไม่ได้", "สัญญาณอินเทอร์เน็ตหลุดบ่อย", "ไวไฟช้ามาก",
            "ขอเพิ่มความเร็วอินเทอร์เน็ต",
        ]),
    ];

    /// <summary>In Korean, with the particles that its words carry.</summary>
    public static readonly (string Topic, string[] Texts)[] Korean =
    [
        ("pw",
        [
            "비밀번호를 잊어버렸습니다", "비밀번호 재설정 요청", "비밀번호가 만료되었습니다", "로그인 비밀번호 오류", "비밀번호는 어떻게 변경하나요", "계정이 잠겼습니다",
        ]),
        ("print",
        [
            "프린터가 인쇄되지 않습니다", "프린터 용지 걸림", "3층 프린터를 추가해 주세요", "프린터 드라이버 설치 요청", "컬러 인쇄가 안 됩니다", "프린터는 오프라인입니다",
        ]),
        ("vpn",
        [
            "VPN 접속이 안 됩니다", "VPN 접속 오류", "재택근무 VPN 신청", "VPN이 자주 끊깁니다", "VPN을 설치해 주세요", "VPN 인증서 만료",
        ]),
    ];

    /// <summary>In French.</summary>
    public static readonly (string Topic, string[] Texts)[] French =
    [
        ("vpn",
        [
            "Impossible de se connecter au VPN", "Connexion VPN très lente", "Le VPN se déconnecte toutes les heures",
            "Pas d'accès au VPN depuis l'hôtel", "Connexion au VPN impossible depuis la maison",
        ]),
        ("password",
        [
            "Mot de passe oublié", "Réinitialisation du mot de passe", "Mot de passe expiré pendant les vacances",
        ]),
        ("account",
        [
            "Compte verrouillé après trois essais", "Compte bloqué", "Déblocage de compte SVP",
        ]),
        ("printer",
        [
            "L'imprimante n'imprime plus", "Imprimante hors ligne", "Bourrage papier dans l'imprimante du 2e étage",
            "Plus de toner dans l'imprimante", "Impossible d'imprimer en couleur",
        ]),
        ("access",
        [
            "Demande d'accès au dossier partagé", "Demande d'accès en écriture au dossier RH", "Besoin d'un accès au lecteur S",
            "Accès refusé au dossier du projet", "L'accès au lecteur réseau est perdu",
        ]),
        ("invoice",
        [
            "Facture payée deux fois", "Facture bloquée dans le workflow", "Erreur sur la facture d'avril", "Avoir pour facture annulée",
            "Question sur une facture",
        ]),
        ("outlook",
        [
            "Outlook ne s'ouvre plus", "Outlook plante à l'ouverture d'une pièce jointe", "Calendrier d'Outlook vide",
            "Invitations d'Outlook manquantes", "Recherche dans Outlook ne trouve rien",
        ]),
        ("monitor",
        [
            "L'écran clignote", "Deuxième écran non reconnu", "Demande d'un écran supplémentaire",
        ]),
        ("laptop",
        [
            "Station d'accueil ne charge pas l'ordinateur", "L'ordinateur ne démarre plus", "Ordinateur portable très lent",
            "Batterie de l'ordinateur vite vide",
        ]),
        ("sound",
        [
            "Pas de son dans Teams", "Micro de l'ordinateur ne marche pas dans Teams", "Casque sans son",
        ]),
        ("phishing",
        [
            "Courriel d'hameçonnage reçu", "Courriel suspect avec pièce jointe", "Hameçonnage au nom du directeur",
        ]),
    ];
}
